/** The host of an address, for people. */
export const hostOf = (address: string) => address.split("/")[2] ?? address;
