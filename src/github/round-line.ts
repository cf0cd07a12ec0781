import type { CommentState } from './comment-body.ts'
import type { Decision, View } from './decide.ts'

/** For the debug log: `round 2: live 1111111; ours: 501 of 1111111 by this run; landed`. The first round says the state too. */
export function roundLine(round: number, { liveHead, own }: View, state: CommentState, decision: Decision): string {
  const ours = own.map((comment) => {
    const by = comment.state?.nonce === state.nonce ? 'this run' : `run ${String(comment.state?.run ?? '?')}`
    return `${String(comment.id)} of ${(comment.state?.head ?? '?').slice(0, 7)} by ${by}`
  })
  const listed = ours.length === 0 ? 'no comment' : ours.join(', ')
  const intro = round === 0 ? `state ${JSON.stringify(state)}; ` : ''
  return `${intro}round ${String(round + 1)}: live ${liveHead.slice(0, 7)}; ours: ${listed}; ${decision.kind}`
}
