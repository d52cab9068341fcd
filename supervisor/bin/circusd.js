#!/usr/bin/env node
import { main } from '../dist/cli/circusd.bundle.js'

// A pipe which somebody else's descendant still holds must not keep us.
process.exit(await main(process.argv.slice(2)))
