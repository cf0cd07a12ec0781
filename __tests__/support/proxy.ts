import { createServer, request as forward } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

/** A proxy as a company's network has one: everything outside is reached through it alone. */
export interface Proxy {
  readonly url: string
  /** `CONNECT host:port` or `GET http://host/…`, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Sends whatever is asked of any host to one server on loopback. Without the password it answers 407. */
export async function startProxy(target: string, password: string): Promise<Proxy> {
  const asked: string[] = []
  const { hostname: host, port } = new URL(target)
  const expected = `Basic ${Buffer.from(password).toString('base64')}`
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
    const { 'proxy-authorization': given, ...headers } = request.headers
    if (given !== expected) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
      return
    }
    const url = new URL(request.url ?? '/', target)
    const onward = forward(
      { host, port, path: url.pathname + url.search, method: request.method, headers },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('connect', (request, client, first) => {
    asked.push(`CONNECT ${request.url ?? ''}`)
    client.on('error', () => undefined)
    if (request.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"\r\n\r\n')
      return
    }
    const onward = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(first)
      onward.pipe(client)
      client.pipe(onward)
    })
    onward.on('error', () => client.destroy())
    client.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://${password}@127.0.0.1:${String(own)}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
