/** House rules that no linter ships. .oxlintrc.json says where each applies. */

const AMBIENT = new Map([
  ['Date.now', 'the time'],
  ['Math.random', 'chance'],
  ['Temporal.Now', 'the time'],
])

/** Time and chance are arguments, so that a decision can be replayed: only adapters/system may ask for them. */
const noAmbientTimeOrChance = {
  create(context) {
    const report = (node, what) =>
      context.report({
        node,
        message: `${what} is an argument here: take it from the Clock or Random port (only adapters/system asks the machine)`,
      })
    return {
      MemberExpression(node) {
        if (node.computed || node.object.type !== 'Identifier') return
        const what = AMBIENT.get(`${node.object.name}.${node.property.name}`)
        if (what) report(node, what)
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
          report(node, 'the time')
      },
    }
  },
}

export default { meta: { name: 'spillway' }, rules: { 'no-ambient-time-or-chance': noAmbientTimeOrChance } }
