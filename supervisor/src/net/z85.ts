/** The alphabet of Z85, ZeroMQ's way to write keys as text. ZeroMQ RFC 32. */
const ALPHABET =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

/** Four bytes become five characters. @param bytes A multiple of four. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text = ''
  for (let offset = 0; offset < bytes.byteLength; offset += 4) {
    let rest = view.getUint32(offset)
    let group = ''
    for (let digit = 0; digit < 5; digit += 1) {
      group = ALPHABET.charAt(rest % 85) + group
      rest = Math.floor(rest / 85)
    }
    text += group
  }
  return text
}

/** undefined when the text is no Z85. */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined
  const bytes = new Uint8Array((text.length / 5) * 4)
  const view = new DataView(bytes.buffer)
  for (let group = 0; group * 5 < text.length; group += 1) {
    let number = 0
    for (const character of text.slice(group * 5, group * 5 + 5)) {
      const digit = ALPHABET.indexOf(character)
      if (digit === -1) return undefined
      number = number * 85 + digit
    }
    if (number > 0xff_ff_ff_ff) return undefined
    view.setUint32(group * 4, number)
  }
  return bytes
}
