// GraphQL Code Generator, as its own documentation has it: the client preset, and no scalar left to be `any`.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['codegen/operations.ts'],
  generates: {
    'codegen/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'read' } },
      config: {
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          DateTime: 'string',
          Duration: 'string',
          EventCursor: 'string',
          JSONObject: 'Readonly<Record<string, unknown>>',
          TimeZone: 'string',
          URL: 'string',
        },
      },
    },
  },
};

export default config;
