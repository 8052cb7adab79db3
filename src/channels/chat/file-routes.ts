/** Files of conversations: taken up to a size and of known kinds, given back so that a browser runs nothing of them. */
import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { AttachedFile } from '../../core/details.ts'
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import { ApiError, forbidden, notFound, unauthenticated } from '../../platform/http/errors.ts'
import type { HttpReply, HttpRequest, HttpServer } from '../../platform/http/server.ts'
import { customerOf } from '../../platform/internet-address.ts'
import { Allowance } from './allowance.ts'
import type { ChatChannel } from './chat-channel.ts'
import { addFile, isInThread, readFiles, type StoredFile, type Visitor } from './chat-store.ts'
import { fileTypeOf, shownInline } from './file-type.ts'

const mostBytes = 10 * 1024 * 1024
/** Of visitors at one address, whom nobody vouches for: the disk is everybody's. */
const mostFilesAMinute = 30
const mostBytesOfVisitors = 250 * 1024 * 1024
const hourMs = 3_600_000
const params = z.object({ id: z.guid() })
const fileSchema = z.object({ id: z.string(), name: z.string(), type: z.string(), bytes: z.number().int() })
const upload = z.object({ name: z.string().trim().min(1).max(200) })
const tags = ['messages']

/** In a scope of its own, where any body is taken as bytes. */
export function registerFileRoutes(server: HttpServer, chat: ChatChannel): void {
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) =>
    done(null, body),
  )
  server.addContentTypeParser('text/plain', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) =>
    done(null, body),
  )
  server.post(
    '/api/files',
    {
      bodyLimit: mostBytes,
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Upload a file, the body being its bytes',
        querystring: upload,
        response: { 201: fileSchema },
      },
    },
    async (request, reply) => {
      const file = await keepFile(chat, request, { uploadedBy: principalOf(request).id, visitorId: null })
      return reply.code(201).send(file)
    },
  )
  server.get(
    '/api/files/:id',
    { onRequest: requireRole('agent'), schema: { tags, summary: 'A file of a conversation', params } },
    async (request, reply) => send(chat, reply, await fileOf(chat, request.params.id)),
  )
  const fromAddress = new Allowance({ most: mostBytesOfVisitors, withinMs: hourMs })
  server.post(
    '/api/chat/files',
    {
      bodyLimit: mostBytes,
      config: { public: true, rateLimit: { max: mostFilesAMinute, timeWindow: 60_000 } },
      schema: { hide: true, querystring: upload, response: { 201: fileSchema } },
    },
    async (request, reply) => {
      const visitor = await visitorOf(chat, request)
      const bytes = Buffer.isBuffer(request.body) ? request.body.length : 0
      if (!fromAddress.takes(customerOf(request.ip) ?? request.ip, chat.ports.now(), bytes))
        throw new ApiError(429, 'too-much', 'so many files came from your address within an hour: try again later')
      return reply.code(201).send(await keepFile(chat, request, { visitorId: visitor.id, uploadedBy: null }))
    },
  )
  server.get(
    '/api/chat/files/:id',
    { config: { public: true }, schema: { hide: true, params } },
    async (request, reply) => {
      const visitor = await visitorOf(chat, request)
      const file = await fileOf(chat, request.params.id)
      const { id: visitorId, entryPointId } = visitor
      const mayRead =
        file.visitorId === visitorId ||
        (await isInThread(chat.ports.database, { entryPointId, visitorId, fileId: file.id }))
      if (!mayRead) throw notFound('there is no such file in this conversation')
      return send(chat, reply, file)
    },
  )
}

/** By the token that its page holds. */
export async function visitorOf(chat: ChatChannel, request: HttpRequest): Promise<Visitor> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const address = request.headers['x-widget']
  const widget = typeof address === 'string' ? await chat.widget(address) : null
  if (token === undefined || widget === null)
    throw unauthenticated('send the visitor’s token as Authorization: Bearer, and the widget in X-Widget')
  return chat.visitor(widget, token)
}

async function keepFile(
  chat: ChatChannel,
  request: HttpRequest,
  owner: Pick<StoredFile, 'visitorId' | 'uploadedBy'>,
): Promise<AttachedFile> {
  const { body } = request
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ApiError(400, 'invalid', 'send the file as the body')
  const claimed = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const type = fileTypeOf(body, claimed)
  if (type === null)
    throw new ApiError(415, 'file-kind', 'this kind of file is not taken: pictures, PDF, text, documents and zip are')
  const { name } = upload.parse(request.query)
  const file = { id: randomUUID(), name: safeName(name), type, bytes: body.length }
  const path = pathOf(chat, file.id)
  try {
    // What customers send is nobody's business who else has an account on this machine.
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
    // Whole or not at all, whenever the process ends.
    await writeFile(`${path}.part`, body, { mode: 0o600 })
    await rename(`${path}.part`, path)
    await addFile(chat.ports.database, { ...file, ...owner }, chat.ports.now())
  } catch (error) {
    // On a full disk half a file would take the last place.
    await Promise.all([rm(`${path}.part`, { force: true }), rm(path, { force: true })])
    throw error
  }
  return file
}

async function fileOf(chat: ChatChannel, id: string): Promise<StoredFile> {
  const [file] = await readFiles(chat.ports.database, [id])
  if (file === undefined || !existsSync(pathOf(chat, id))) throw notFound(`there is no file ${id}`)
  return file
}

function send(chat: ChatChannel, reply: HttpReply, { id, name, type, bytes }: StoredFile): HttpReply {
  const how = shownInline.has(type) ? 'inline' : 'attachment'
  void reply.headers({
    'content-type': type,
    'content-length': bytes,
    'content-disposition': `${how}; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400, immutable',
  })
  return reply.send(createReadStream(pathOf(chat, id)))
}

function pathOf(chat: ChatChannel, id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw forbidden('this is no file of ours')
  return join(chat.ports.filesFolder, id.slice(0, 2), id)
}

/** A name and nothing else: no folder, no control character. */
function safeName(name: string): string {
  const base = name.replace(/^.*[\\/]/, '').replace(/\p{Cc}/gu, '')
  return base === '' || base === '.' || base === '..' ? 'file' : base
}
