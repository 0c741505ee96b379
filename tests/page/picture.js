// The picture of the page in README.md: the last example, read by the service that PAGE_URL names.
//
//     PAGE_URL=http://127.0.0.1:50051/ node picture.js ../../docs/images/page.png
//     pngquant --force --ext .png --speed 1 128 ../../docs/images/page.png
//
// CHROMIUM names the browser, if not /usr/bin/chromium.

import { chromium } from 'playwright-core';

const [picture] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 1160 }, reducedMotion: 'reduce', colorScheme: 'light' });
await page.goto(process.env.PAGE_URL ?? 'http://127.0.0.1:50051/');
await page.locator('#examples button').last().click();
await page.locator('#answer-view').waitFor();
await page.waitForFunction(() => !document.body.hasAttribute('aria-busy'));
await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
await page.screenshot({ path: picture });
await browser.close();
