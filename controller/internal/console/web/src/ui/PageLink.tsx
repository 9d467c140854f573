import { Anchor } from "@mantine/core";

/** Another site's page, to compare with: opens beside the console and tells that site nothing of it. */
export function PageLink({ url }: { url: string }) {
  if (!/^https?:\/\//.test(url)) return url;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer" inherit style={{ overflowWrap: "anywhere" }}>
      {url}
    </Anchor>
  );
}
