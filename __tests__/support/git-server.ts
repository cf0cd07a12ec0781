import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitServer {
  /** `http://127.0.0.1:<port>`; a repository is a folder below it. */
  readonly url: string
  readonly requests: readonly GitServerRequest[]
  close(): Promise<void>
}

export interface GitServerRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly authorization: string | undefined
}

export interface GitServerOptions {
  /** The folder that holds the repositories. */
  readonly root: string
  /** The password that every request must bring; anyone may read without. */
  readonly token?: string
  /** Answers each request by sending the client there. */
  readonly redirectTo?: string
  /** How many bytes of a pack are sent before the connection is dropped. */
  readonly cutAfter?: number
}

/** git's own smart-HTTP server (`git http-backend`) on a free port of the loopback interface. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const requests: GitServerRequest[] = []
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request
    const { authorization } = request.headers
    requests.push({ method, path, authorization })
    answerGit(request, response, options)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** One request, for a server that also does other things. */
export function answerGit(request: IncomingMessage, response: ServerResponse, options: GitServerOptions): void {
  const { url: path = '', headers } = request
  if (options.redirectTo !== undefined) {
    response.writeHead(302, { location: `${options.redirectTo}${path}` }).end()
  } else if (options.token !== undefined && passwordIn(headers.authorization) !== options.token) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no\n')
  } else {
    void answer(request, response, options)
  }
}

function passwordIn(authorization = ''): string | undefined {
  const [, encoded = ''] = /^basic (.+)$/i.exec(authorization) ?? []
  return /:(.*)$/.exec(Buffer.from(encoded, 'base64').toString())?.[1]
}

async function answer(request: IncomingMessage, response: ServerResponse, { root, cutAfter }: GitServerOptions) {
  const body = Buffer.concat((await request.toArray()) as Buffer[])
  const backend = spawn('git', ['http-backend'], { env: cgi(request, body, root), stdio: ['pipe', 'pipe', 'ignore'] })
  backend.stdin.on('error', () => undefined)
  backend.stdin.end(body)
  const output = Buffer.concat((await backend.stdout.toArray()) as Buffer[])
  const end = output.indexOf('\r\n\r\n')
  const headers = output
    .toString('latin1', 0, end)
    .split('\r\n')
    .map((line) => /^(.+?): (.*)$/.exec(line)?.slice(1) ?? [])
  const status = headers.find(([name]) => name === 'Status')?.[1]
  for (const [name = 'x-none', value = ''] of headers) if (name !== 'Status') response.setHeader(name, value)
  const content = output.subarray(end + 4)
  if (cutAfter === undefined || request.method !== 'POST') {
    response.writeHead(Number.parseInt(status ?? '200', 10)).end(content)
    return
  }
  response.writeHead(200).write(content.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20))
}

/** RFC 3875, as far as git reads it. */
function cgi({ url = '/', method = 'GET', headers }: IncomingMessage, body: Buffer, root: string): NodeJS.ProcessEnv {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const settings = { 'safe.directory': '*', 'uploadpack.allowAnySHA1InWant': 'true', 'uploadpack.allowFilter': 'true' }
  const configuration = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${String(index)}`, key],
    [`GIT_CONFIG_VALUE_${String(index)}`, value],
  ])
  return {
    PATH: process.env.PATH,
    HOME: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    ...(Object.fromEntries(configuration) as Record<string, string>),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: searchParams.toString(),
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
  }
}
