import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { entryQuery } from "@/api/schedule";
import type { EntryBody } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { EntryEditor } from "./EntryEditor";

const route = getRouteApi("/shell/schedule/entries/$id");

const blank: EntryBody = {
  title: "",
  playlist_id: "",
  target: { clusters: [], screens: [], tags: [] },
  rule: { from: "", until: "", weekdays: [], windows: [] },
  priority: 50,
  enabled: true,
};

export function EntryPage() {
  const { id } = route.useParams();
  const fresh = id === "new";
  const { data, error, refetch } = useQuery({ ...entryQuery(id), enabled: !fresh, refetchOnWindowFocus: false });
  if (fresh) return <EntryEditor key="new" entry={null} start={blank} />;
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={640} radius="md" />;
  return <EntryEditor key={id} entry={data} start={data} />;
}
