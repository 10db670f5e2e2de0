/** The newest migration that the code needs; `/readyz` is 503 until it has been applied. */
export const SCHEMA_VERSION = "0034_usage_functions";
