// Writes docs/circusctl.md from the table of commands. Needs a build (`npm run build`).
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { referencePage } from '../supervisor/dist/cli/circusctl/reference-page.js'

const page = fileURLToPath(new URL('../docs/circusctl.md', import.meta.url))
writeFileSync(page, referencePage())
console.log(`wrote ${page}`)
