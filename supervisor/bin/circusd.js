#!/usr/bin/env node
import { main } from '../dist/cli/circusd.bundle.js'

process.exitCode = await main(process.argv.slice(2))
