/** Longest line in bytes which is kept in one piece, its line feed not counted; a longer one is split into several. */
export const MAX_LINE_BYTES = 64 * 1024

const LINE_FEED = 0x0a
const END_OF_LINE = Buffer.of(LINE_FEED)
const NOTHING = Buffer.alloc(0)

/**
 * Bytes of one pipe to whole lines, so that the lines of many processes can share a file. Cuts at 0x0A only, which no
 * multi-byte UTF-8 character holds; only the split of an overlong line may fall within a character.
 */
export class LineAssembler {
  #tail: Buffer = NOTHING

  /** The lines which `chunk` completes, each with its line feed; undefined if it completes none. */
  push(chunk: Buffer): Buffer | undefined {
    const blocks: Buffer[] = []
    // A piece no longer than a line may be holds no line which is too long.
    for (let start = 0; start < chunk.length; start += MAX_LINE_BYTES) {
      this.#take(chunk.subarray(start, start + MAX_LINE_BYTES), blocks)
    }
    return blocks.length > 1 ? Buffer.concat(blocks) : blocks[0]
  }

  /** The unfinished line with a line feed, when nothing more comes; undefined if there is none. */
  end(): Buffer | undefined {
    const tail = this.#tail
    this.#tail = NOTHING
    return tail.length > 0 ? Buffer.concat([tail, END_OF_LINE]) : undefined
  }

  #take(piece: Buffer, blocks: Buffer[]): void {
    const firstLineEnd = piece.indexOf(LINE_FEED)
    const grows = firstLineEnd === -1 ? piece.length : firstLineEnd
    if (this.#tail.length + grows > MAX_LINE_BYTES) {
      const room = MAX_LINE_BYTES - this.#tail.length
      blocks.push(Buffer.concat([this.#tail, piece.subarray(0, room), END_OF_LINE]))
      this.#tail = NOTHING
      this.#take(piece.subarray(room), blocks)
      return
    }
    const linesEnd = piece.lastIndexOf(LINE_FEED) + 1
    if (linesEnd > 0) {
      const lines = piece.subarray(0, linesEnd)
      blocks.push(this.#tail.length > 0 ? Buffer.concat([this.#tail, lines]) : lines)
      this.#tail = NOTHING
    }
    // A copy: the tail of a quiet process must not keep a whole read buffer alive.
    if (linesEnd < piece.length) this.#tail = Buffer.concat([this.#tail, piece.subarray(linesEnd)])
  }
}
