#!/usr/bin/env node
import { main } from '../dist/main.bundle.js'

process.exit(await main(process.argv.slice(2)))
