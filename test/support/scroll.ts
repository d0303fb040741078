/** Scrolling as a person does it, to see whether a page keeps up. */

/** To be evaluated in a page: scrolls for four seconds and returns the longest time without a frame, in milliseconds. */
export const SCROLL = `(async () => {
  let longest = 0;
  let last = performance.now();
  for (const end = last + 4000; last < end; ) {
    scrollBy(0, 300);
    await new Promise(requestAnimationFrame);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return longest;
})()`;
