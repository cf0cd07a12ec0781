#!/usr/bin/env node
import { cli } from './supervisor.js'
await cli()
