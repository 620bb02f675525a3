package io.insightdesk.devenv.command;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes for people: results to one stream, progress to the other, in colours where they are seen. */
final class Console {
    /** What a colour means. */
    enum Style {
        GOOD("32"),
        WARNING("33"),
        BAD("31"),
        STRONG("1"),
        FAINT("2");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private boolean transientLine;

    Console(PrintWriter out, PrintWriter err, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    PrintWriter out() {
        return out;
    }

    /** Writes a line of the result. */
    void line(String text) {
        clear();
        out.println(text);
        out.flush();
    }

    /** Writes a line that is no result: what is being done, a hint. */
    void note(String text) {
        clear();
        err.println(text);
        err.flush();
    }

    /** Shows what goes on; on a screen the next such line takes its place. */
    void progress(String text) {
        clear();
        if (terminal.errors()) {
            err.print(styled(Style.FAINT, text, terminal.errors()));
            transientLine = true;
        } else {
            err.println(text);
        }
        err.flush();
    }

    private void clear() {
        if (transientLine) {
            err.print(ERASE_LINE);
            err.flush();
            transientLine = false;
        }
    }

    /** Returns the text in the colour, for {@link #line}. */
    String styled(Style style, String text) {
        return styled(style, text, terminal.output());
    }

    /** Returns the text in the colour, for {@link #note}. */
    String styledNote(Style style, String text) {
        return styled(style, text, terminal.errors());
    }

    private String styled(Style style, String text, boolean seen) {
        return seen && terminal.colours() ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    /** Writes rows whose columns begin below each other; a cell is given as its style and its text. */
    void table(List<List<Cell>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<Cell> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).text().length());
            }
        }
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                Cell cell = row.get(i);
                line.append(cell.style() == null ? cell.text() : styled(cell.style(), cell.text()));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths[i] - cell.text().length() + 2));
                }
            }
            line(line.toString().stripTrailing());
        }
    }

    /**
     * A cell of a table.
     *
     * @param style its colour; null for none
     * @param text its text
     */
    record Cell(@Nullable Style style, String text) {
        static Cell of(String text) {
            return new Cell(null, text);
        }
    }
}
