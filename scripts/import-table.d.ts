/** What a layer may import: other layers, and modules of npm or Node; '*' allows everything. */
export interface AllowedImports {
  layers: string[];
  modules: string[];
}

export const IMPORT_TABLE: Record<string, AllowedImports>;
