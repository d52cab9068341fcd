// Writes docs/configuration.md from the option table. Needs a build (`npm run build`).
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { referencePage } from '../supervisor/dist/config/reference-page.js'

const page = fileURLToPath(new URL('../docs/configuration.md', import.meta.url))
writeFileSync(page, referencePage())
console.log(`wrote ${page}`)
