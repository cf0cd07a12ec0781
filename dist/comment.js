import { comment } from './supervisor.js'
await comment()
