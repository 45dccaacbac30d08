/** Version of the module, as in its package.json; reported as `module.version`. */
export const MODULE_VERSION = '0.1.0';
