import type { Chance } from '../../ports/system.ts'

export const systemChance: Chance = () => Math.random()
