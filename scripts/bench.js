// `npm run bench -- [SCENARIO...] [--quick] [--rounds N] [--seconds N]`: builds, then measures. See bench/README.md.
import { build, install } from './toolchain.js'

install()
build()
await import('../bench/dist/cli.js')
