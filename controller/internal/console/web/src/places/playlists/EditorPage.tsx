import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { playlistQuery } from "@/api/playlists";
import { ProblemNote } from "@/ui/ProblemNote";
import { Editor } from "./Editor";

const route = getRouteApi("/shell/playlists/$id");

export function EditorPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery({ ...playlistQuery(id), refetchOnWindowFocus: false });
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height="calc(100dvh - 64px)" radius="md" />;
  return <Editor key={id} playlist={data} />;
}
