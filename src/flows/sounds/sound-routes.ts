/** Sounds for admins: uploaded as the body, listened to, replaced, deleted. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { languageCode } from '../../core/flow/parse/values.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { invalid } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { uploadName, type SoundId } from './sound-files.ts'
import type { ListedSound, Sounds } from './sounds.ts'
import { mostSeconds } from './uploaded-wav.ts'

/** Three minutes of stereo as on a CD. */
const mostBytes = 32 * 1024 * 1024

const params = z.object({
  name: z.string().regex(uploadName, 'use letters, digits, - and _ (60 at most), beginning with a letter or digit'),
})
const inLanguage = z.object({
  language: z
    .string()
    .max(20)
    .regex(languageCode.regex, `use ${languageCode.expected}`)
    .optional()
    .describe('whoever is spoken to in it hears this one; left out: whoever has no other'),
})
const sound = z.object({
  name: z.string().describe('in a flow: `{ sound: name }`'),
  language: z.string().nullable(),
  lengthMs: z.int(),
  changedAt: z.iso.datetime(),
  usedBy: z.array(z.string()).describe('published flows that play it'),
})
const tags = ['sounds']

export type SoundAnswer = z.output<typeof sound>

const toApi = ({ changedAt, usedBy, ...rest }: ListedSound): SoundAnswer => ({
  ...rest,
  changedAt: changedAt.toISOString(),
  usedBy: [...usedBy],
})

export async function registerSoundRoutes(server: HttpServer, sounds: Sounds): Promise<void> {
  const onRequest = requireRole('admin')
  server.get(
    '/api/sounds',
    { onRequest, schema: { tags, summary: 'Uploaded sounds', response: { 200: z.object({ items: z.array(sound) }) } } },
    async () => ({ items: (await sounds.list()).map(toApi) }),
  )
  server.get(
    '/api/sounds/:name',
    {
      onRequest,
      schema: { tags, summary: 'A sound, as callers hear it (audio/wav)', params, querystring: inLanguage },
    },
    async ({ params: { name }, query }, reply) => {
      const path = await sounds.fileOf(soundId(name, query))
      const { size } = await stat(path)
      return reply
        .headers({ 'content-type': 'audio/wav', 'content-length': size, 'cache-control': 'private, no-store' })
        .send(createReadStream(path))
    },
  )
  server.delete(
    '/api/sounds/:name',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Delete a sound',
        description: 'Refused with 409 while a published flow would miss it; `details.flows` says which.',
        params,
        querystring: inLanguage,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await sounds.remove(soundId(request.params.name, request.query), auditContext(request))
      return reply.code(204).send(null)
    },
  )
  // In a scope of its own, where any body is taken as bytes.
  await server.register(async (scope: HttpServer) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) =>
      done(null, body),
    )
    registerUpload(scope, sounds)
  })
}

function registerUpload(scope: HttpServer, sounds: Sounds): void {
  scope.put(
    '/api/sounds/:name',
    {
      bodyLimit: mostBytes,
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Upload a sound, the body being a WAV file',
        description:
          `PCM of 8 to 32 bits, one or two channels, 8 to 96 kHz, at most ${mostSeconds} s and 32 MiB; it is kept as a ` +
          'telephone plays it. 415 for other kinds of files, and the message says what to change.',
        params,
        querystring: inLanguage.extend({
          replace: z.stringbool().default(false).describe('without it a name that is taken is refused with 409'),
        }),
        response: { 200: sound },
      },
    },
    async (request) => {
      const { body, query } = request
      if (!Buffer.isBuffer(body) || body.length === 0) throw invalid('send the WAV file as the body')
      return toApi(await sounds.upload(soundId(request.params.name, query), body, query, auditContext(request)))
    },
  )
}

const soundId = (name: string, { language }: Readonly<{ language?: string | undefined }>): SoundId => ({
  name,
  language: language ?? null,
})
