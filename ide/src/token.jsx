// Where a token is given, and who that is.
import { useEffect, useState } from 'react'
import { send, setToken, token } from './connection.js'

const nobody = 'You are asking as nobody: you see what is public.'

// who asks the server whom the token stands for.
async function who() {
  if (!token()) return nobody
  const { data, errors } = await send({ query: '{ viewer { id } }' })
  if (errors) return errors[0].message
  return data.viewer ? `You are ${data.viewer.id}.` : nobody
}

export function TokenForm() {
  const [value, setValue] = useState(token)
  const [status, setStatus] = useState('')
  const tell = () => who().then(setStatus, () => setStatus('The server cannot be reached.'))
  useEffect(() => { tell() }, [])
  const submit = event => {
    event.preventDefault()
    setToken(value.trim().replace(/^Bearer /i, ''))
    tell()
  }
  return (
    <form onSubmit={submit} className="token">
      <label htmlFor="token">Token</label>
      <input id="token" type="password" autoComplete="off" spellCheck="false" value={value} onChange={event => setValue(event.target.value)} aria-describedby="who" />
      <button type="submit">Use</button>
      <button type="button" onClick={() => { setValue(''); setToken(''); tell() }}>Forget</button>
      <output id="who" htmlFor="token">{status}</output>
    </form>
  )
}
