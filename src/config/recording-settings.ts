/** Recordings, and where they go. */
import { bucketName, keyPrefix, retention, s3Endpoint } from './recording-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { byteSize } from './size-types.ts';
import { printableText } from './url-types.ts';
import { duration, filePath, list, onOff, oneOf } from './value-types.ts';

export const RECORDING_SETTINGS = {
  recordEnabled: setting({
    group: 'Recording',
    name: 'RECORD_ENABLED',
    default: '0',
    help: 'With 1 every publication is recorded while it is forwarded.',
    type: onOff,
  }),
  recordDirectory: setting({
    group: 'Recording',
    name: 'RECORD_DIR',
    default: 'records',
    help: 'Folder of the recordings, one folder a room in it; made where it is missing.',
    type: filePath,
  }),
  recordFormats: setting({
    group: 'Recording',
    name: 'RECORD_FORMATS',
    default: 'elementary,muxed',
    help:
      'Files of a recording. elementary: one a track, IVF with VP8, VP9 or AV1 and Ogg with Opus. muxed: one with ' +
      'picture and sound, WebM for VP8 and fragmented MP4 for the others.',
    type: list(oneOf('elementary', 'muxed')),
  }),
  recordSegment: setting({
    group: 'Recording',
    name: 'RECORD_SEGMENT',
    default: '0',
    unit: '0 for never',
    help: 'A new recording is begun at the first keyframe after so long.',
    type: duration(86_400_000),
  }),
  recordMinFree: setting({
    group: 'Recording',
    name: 'RECORD_MIN_FREE',
    default: '1G',
    help:
      'Space that recordings leave free on their disk. Below it they are finished with an error, the rooms stay live, ' +
      'and recording begins again when there is room.',
    type: byteSize(2 ** 50),
  }),
  recordRetention: setting({
    group: 'Recording',
    name: 'RECORD_RETENTION',
    unit: 'empty keeps all',
    help:
      'How long recordings are kept, and how much space they may take together: the oldest are removed. One that is ' +
      'being recorded, or that has not been uploaded while UPLOAD_RECORDINGS is 1, is not. Of an uploaded one only the ' +
      'local files are removed.',
    type: retention,
  }),
  uploadRecordings: setting({
    group: 'Recording',
    name: 'UPLOAD_RECORDINGS',
    default: '0',
    help: 'With 1 every finished recording is uploaded to S3_BUCKET, also those that are there already.',
    type: onOff,
  }),
  deleteAfterUpload: setting({
    group: 'Recording',
    name: 'DELETE_RECORDING_AFTER_UPLOAD',
    default: '0',
    help:
      'With 1 the local files of a recording are deleted once the store has confirmed their size and checksum. They ' +
      'are listed on, with links to the store.',
    type: onOff,
  }),
  s3Endpoint: setting({
    group: 'Recording',
    name: 'S3_ENDPOINT',
    help:
      'Server for UPLOAD_RECORDINGS that speaks S3. Links to uploaded recordings lead there: viewers have to reach it ' +
      'by this name. A URL says by its scheme whether TLS is used.',
    type: s3Endpoint,
  }),
  s3Region: setting({
    group: 'Recording',
    name: 'S3_REGION',
    unit: 'empty is us-east-1',
    help: 'Region of the bucket.',
    type: printableText,
  }),
  s3Bucket: setting({
    group: 'Recording',
    name: 'S3_BUCKET',
    help: 'Bucket for the recordings. It has to be there.',
    type: bucketName,
  }),
  s3AccessKey: setting({
    group: 'Recording',
    name: 'S3_ACCESS_KEY',
    help: 'Id of the key that may write, read and delete in the bucket.',
    type: printableText,
    secret: true,
  }),
  s3SecretKey: setting({
    group: 'Recording',
    name: 'S3_SECRET_KEY',
    help: 'The secret part of that key.',
    type: printableText,
    secret: true,
  }),
  s3UseSsl: setting({
    group: 'Recording',
    name: 'S3_USE_SSL',
    default: '1',
    help: 'With 1 the server is spoken to by HTTPS, with 0 by plain HTTP, unless S3_ENDPOINT says which.',
    type: onOff,
  }),
  s3PathStyle: setting({
    group: 'Recording',
    name: 'S3_PATH_STYLE',
    default: '0',
    help: 'With 1 the bucket is in the path of URLs, as most servers other than Amazon want it; with 0 in their host.',
    type: onOff,
  }),
  s3Prefix: setting({
    group: 'Recording',
    name: 'S3_PREFIX',
    help: 'Beginning of the names of objects; the name of the recorded file follows right behind it.',
    type: keyPrefix,
  }),
} as const satisfies Record<string, Setting<unknown>>;
