import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { unpack } from '../../../intake/unpack.ts';
import { formOf } from '../../form.ts';
import type { Services } from '../../services.ts';
import { receiveForm } from './element-forms.ts';
import type { ReceivedPackage } from './received-package.ts';

/** Reads a media package in a ZIP archive, in a form or as the whole body. Throws BadRequest. */
export async function receiveZipped(services: Services, request: FastifyRequest): Promise<ReceivedPackage> {
  const { store } = services;
  const { form, files } = await receiveArchive(services, request);
  try {
    const [archive] = files;
    if (!archive) throw new BadRequest('there is no archive in the form');
    return { ...(await unpack(store, archive.temporary)), form };
  } finally {
    await Promise.all(files.map(({ temporary }) => store.discard(temporary)));
  }
}

async function receiveArchive({ store }: Services, request: FastifyRequest) {
  if (!(request.body instanceof Readable)) return receiveForm(request, store);
  return { form: formOf([]), files: [await store.receive(request.body)] };
}
