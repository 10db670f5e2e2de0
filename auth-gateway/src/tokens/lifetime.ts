/** How long an access token lives; the keyring and the revocation feed keep what they must for as long. */

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 300;
