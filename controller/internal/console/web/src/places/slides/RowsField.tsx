import { ActionIcon, Button, Input, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ClipboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { SlideTemplate } from "@/api/slides";
import classes from "./RowsField.module.css";

interface Props {
  template: SlideTemplate;
  language: string;
  value: string[][];
  onChange: (rows: string[][]) => void;
}

/** The rows of a slide's table; or one text in each of a template's languages. */
export function RowsField({ template, language, value, onChange }: Props) {
  const { t } = useTranslation();
  const { columns, each, most } = template;
  const few = Math.max(each.length, 1);
  const rows = Array.from({ length: Math.max(value.length, few) }, (_, r) =>
    columns.map((_c, c) => value[r]?.[c] ?? ""),
  );
  const write = (row: number, column: number, cell: string) =>
    onChange(rows.map((cells, r) => (r === row ? cells.map((old, c) => (c === column ? cell : old)) : cells)));
  const paste = (e: ClipboardEvent, row: number, column: number) => {
    const pasted = cellsOf(e.clipboardData.getData("text/plain"));
    if (pasted.length < 2 && (pasted[0]?.length ?? 0) < 2) return; // one cell is pasted as it is
    e.preventDefault();
    onChange(spread(rows, pasted, row, column, most, columns.length));
  };
  const names = columns.map((c) => t(`templates.column_${c}`));
  return (
    <Input.Wrapper
      label={t(each.length > 0 ? "templates.greetings" : "templates.rows")}
      description={each.length > 0 ? undefined : t("templates.rows_hint")}
      labelElement="div"
    >
      <div className={classes.rows}>
        {rows.map((cells, r) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place alone
          <div key={r} className={classes.row}>
            {cells.map((cell, c) => (
              <TextInput
                key={columns[c]}
                label={each[r] ? t(`app.language_${each[r]}`) : undefined}
                aria-label={each[r] ? undefined : t("templates.cell", { column: names[c], row: r + 1 })}
                placeholder={each[r] ? undefined : names[c]}
                lang={each[r] ?? language}
                maxLength={120}
                value={cell}
                className={c === 0 ? classes.first : undefined}
                onPaste={(e) => paste(e, r, c)}
                onChange={(e) => write(r, c, e.currentTarget.value)}
              />
            ))}
            {each.length === 0 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t("templates.row_remove", { row: r + 1 })}
                disabled={rows.length === 1}
                onClick={() => onChange(rows.filter((_, n) => n !== r))}
              >
                <IconX size={18} />
              </ActionIcon>
            )}
          </div>
        ))}
      </div>
      {each.length === 0 && rows.length < most && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...rows, columns.map(() => "")])}
        >
          {t("templates.row_add")}
        </Button>
      )}
    </Input.Wrapper>
  );
}

/** The cells of what was copied from a spreadsheet. */
export function cellsOf(text: string): string[][] {
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.split("\t").map((cell) => cell.trim()));
}

/** Puts cells into rows from a place on, as far as there is room. */
export function spread(rows: string[][], cells: string[][], row: number, column: number, most: number, across: number) {
  const out = rows.map((r) => [...r]);
  for (const [r, line] of cells.entries()) {
    if (row + r >= most) break;
    while (out.length <= row + r) out.push(Array<string>(across).fill(""));
    for (const [c, cell] of line.entries()) if (column + c < across) (out[row + r] as string[])[column + c] = cell;
  }
  return out;
}
