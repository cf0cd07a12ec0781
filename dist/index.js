import { main } from './supervisor.js'
await main()
