// Drives the page at /ide as a visitor does, and prints what it saw as JSON:
// ide.mjs URL TOKEN [FOLDER] where pictures go into FOLDER.
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'

const [url, token, pictures] = process.argv.slice(2)
const seen = { hosts: new Set(), console: [], violations: [], failed: [], answers: {}, axe: [] }

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // No other name leads anywhere, so that what is asked of one fails.
  args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
})
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  page.on('request', request => { if (/^(https?|wss?):/.test(request.url())) seen.hosts.add(new URL(request.url()).host) })
  page.on('websocket', socket => seen.hosts.add(new URL(socket.url()).host))
  page.on('requestfailed', request => seen.failed.push(`${request.url()}: ${request.failure().errorText}`))
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) seen.console.push(message.text()) })
  page.on('pageerror', err => seen.console.push(String(err)))
  await page.exposeFunction('violated', what => { seen.violations.push(what) })
  await page.addInitScript(() => addEventListener('securitypolicyviolation', e => window.violated(`${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile ?? ''}`)))
  const picture = async name => { if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` }) }
  const answer = async text => {
    const shown = page.getByRole('region', { name: 'Operation Results' }).or(page.locator('.graphiql-response'))
    await shown.filter({ hasText: text }).first().waitFor()
    return text
  }

  await page.goto(`${url}/ide`)
  await page.getByRole('heading', { name: 'Rapporteur' }).waitFor()
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await picture('1-welcome')
  for (let n = 1; n <= 5 && seen.tabs === undefined; n++) { // to the token without a mouse
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement.id === 'token')) seen.tabs = n
  }
  await page.locator('.graphiql-query-editor .view-line').first().click()
  await page.keyboard.press('Control+Enter')
  seen.answers.welcome = await answer('Network briefing')
  await picture('2-answer')
  seen.axe.push(...(await new AxeBuilder({ page }).analyze()).violations)

  // The editor lets go of the keyboard.
  await page.keyboard.press('Control+m')
  await page.keyboard.press('Tab')
  seen.left = await page.evaluate(() => !document.activeElement.closest('.graphiql-query-editor .monaco-editor'))

  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Use' }).click()
  await page.getByText(/^You are per_/).waitFor()
  await page.getByRole('button', { name: 'MyContributions' }).click()
  await page.getByRole('button', { name: /Execute/ }).click()
  seen.answers.viewer = await answer('per_')
  await picture('3-viewer')

  // What is said of a field in the schema can be read beside it.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await page.getByRole('link', { name: 'Query', exact: true }).or(page.locator('.graphiql-doc-explorer-type-name', { hasText: /^Query$/ })).first().click()
  await picture('4-docs')
  await page.getByText('Everything that can be read.', { exact: false }).first().waitFor()
  seen.axe.push(...(await new AxeBuilder({ page }).analyze()).violations)
  await page.getByRole('button', { name: 'Show Examples' }).click()

  await page.getByRole('button', { name: 'CallChanges' }).click()
  await page.getByRole('button', { name: /Execute/ }).click()
  seen.answers.subscription = await answer('consultationChanged')
  await picture('5-subscription')
  await page.getByRole('button', { name: /Stop/ }).click()
  seen.axe.push(...(await new AxeBuilder({ page }).analyze()).violations)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await picture('6-dark')
  seen.axe.push(...(await new AxeBuilder({ page }).analyze()).violations)
} finally {
  await browser.close()
}
console.log(JSON.stringify({
  ...seen, hosts: [...seen.hosts],
  axe: seen.axe.map(v => `${v.impact}: ${v.id}: ${v.help}: ${v.nodes.map(n => `${n.target.join(' ')} (${n.failureSummary})`).join(', ')}`),
}, null, 1))
