import { describe, expect, it } from 'vitest';
import { bucketName, keyPrefix, retention, s3Endpoint } from './recording-types.ts';

describe('retention', () => {
  it('reads an age, a size, or both', () => {
    const day = 86_400_000;
    expect(
      ['', '30d', '90m', '100GB', '1.5T', '30d,100G', ' 500M , 12h '].map((text) => retention.parse(text)),
    ).toEqual([
      { age: undefined, size: undefined },
      { age: 30 * day, size: undefined },
      { age: 5_400_000, size: undefined },
      { age: undefined, size: 100 * 2 ** 30 },
      { age: undefined, size: 1.5 * 2 ** 40 },
      { age: 30 * day, size: 100 * 2 ** 30 },
      { age: day / 2, size: 500 * 2 ** 20 },
    ]);
  });

  it('takes nothing that could be meant otherwise', () => {
    const texts = ['30', '30s', '0d', '0G', '1d,2d', '1G,2G', '-1d', 'd', '30 d', '30D', '1e3d', '5B', '100K', '9999T'];
    expect(texts.map((text) => retention.parse(text))).toEqual(texts.map(() => undefined));
  });
});

describe('S3 settings', () => {
  it('take an endpoint as a host or as a URL', () => {
    const good = ['', 'minio:9000', 's3.amazonaws.com', 'http://127.0.0.1:9000', 'https://s3.example/', '[::1]:9000'];
    expect(good.map((text) => s3Endpoint.parse(text))).toEqual(good);
    const bad = ['ftp://host', 'host/path', 'host:port', 'user@host', 'a b', 'https://', '-host'];
    expect(bad.map((text) => s3Endpoint.parse(text))).toEqual(bad.map(() => undefined));
  });

  it('take the names of buckets', () => {
    const good = ['', 'recordings', 'My_bucket.1'];
    expect(good.map((text) => bucketName.parse(text))).toEqual(good);
    const bad = ['ab', '-abc', 'a/b', 'a b c', 'a'.repeat(64)];
    expect(bad.map((text) => bucketName.parse(text))).toEqual(bad.map(() => undefined));
  });

  it('take a prefix as it is', () => {
    expect(['', 'live/', 'aufnahmen/größe-'].map((text) => keyPrefix.parse(text))).toEqual([
      '',
      'live/',
      'aufnahmen/größe-',
    ]);
    expect(['a\nb', 'a'.repeat(257)].map((text) => keyPrefix.parse(text))).toEqual([undefined, undefined]);
  });
});
