import { defineConfig } from 'vitest/config'

const minuteMs = 60_000
/** Computes and waits for nobody: a core for each worker. */
const allCores = { maxWorkers: '100%' }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          ...allCores,
          include: ['test/unit/**/*.test.{ts,tsx}'],
          setupFiles: ['test/property-seed.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: 3 * minuteMs,
        },
      },
      {
        test: {
          name: 'simulation',
          ...allCores,
          include: ['test/simulation/**/*.test.ts'],
          setupFiles: ['test/property-seed.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: 5 * minuteMs,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          // Real servers and phones share the machine: one file at a time, and nothing beside it, or timings are disturbed.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 2 * minuteMs,
          hookTimeout: 2 * minuteMs,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 3 * minuteMs,
          hookTimeout: 3 * minuteMs,
        },
      },
    ],
  },
})
