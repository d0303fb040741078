/** What several rows expect of a response. */
import { expect } from 'vitest';

/** A refusal: its status, and a problem document (RFC 9457) that says the same. */
export async function expectProblem(response: Response, status: number): Promise<void> {
  const body = await response.text();
  expect({ status: response.status, body: response.status === status ? '' : body }).toEqual({ status, body: '' });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(body) as Record<string, unknown>;
  expect(problem).toMatchObject({ status });
  expect(typeof problem.title).toBe('string');
}

/** A refusal that says when to come back. */
export async function expectRetryAfter(response: Response, status: number): Promise<void> {
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  await expectProblem(response, status);
}

/** A response whose body is empty. */
export async function expectEmpty(response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status);
  expect(await response.text()).toBe('');
}

/** The links of the Link headers, as they stand there. */
export function linksOf(response: Response): string[] {
  const header = response.headers.get('link');
  return header === null ? [] : header.split(/, (?=<)/);
}

/** The items of a header that is a list, in lower case. */
export function listOf(response: Response, header: string): string[] {
  return (response.headers.get(header) ?? '').split(',').map((item) => item.trim().toLowerCase());
}
