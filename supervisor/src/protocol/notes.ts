import { pythonText } from './python.ts'
import type { ReplyFields } from './reply.ts'

/** `ok`, and below it the notes of the reply, if there are any. */
export function notesText({ notes }: ReplyFields): string {
  const lines = Array.isArray(notes) ? notes.map((note) => `note: ${pythonText(note)}`) : []
  return ['ok', ...lines].join('\n')
}
