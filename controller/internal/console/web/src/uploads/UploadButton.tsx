import { Button, FileButton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useUploads } from "./UploadsContext";

export const accepted = "image/jpeg,image/png,image/webp,image/avif,image/gif,video/*";

export function UploadButton() {
  const { t } = useTranslation();
  const { add } = useUploads();
  return (
    <FileButton multiple accept={accepted} onChange={add}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={18} stroke={1.8} />}>
          {t("upload.choose")}
        </Button>
      )}
    </FileButton>
  );
}
