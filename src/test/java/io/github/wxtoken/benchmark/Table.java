package io.github.wxtoken.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A table of figures, printed in Markdown. */
final class Table {

    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, String... columns) {
        this.title = title;
        rows.add(List.of(columns));
    }

    /** Adds a row; numbers are shown with three digits. */
    void add(Object... cells) {
        rows.add(Arrays.stream(cells).map(Table::text).toList());
    }

    void print() {
        System.out.printf("%n### %s%n%n", title);
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        line(rows.get(0), widths, " ");
        line(Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths, "-");
        rows.stream().skip(1).forEach(row -> line(row, widths, " "));
    }

    private static void line(List<String> cells, int[] widths, String fill) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            line.append(fill)
                    .append(cell)
                    .append(fill.repeat(widths[i] - cell.length() + 1))
                    .append("|");
        }
        System.out.println(line);
    }

    private static String text(Object cell) {
        if (cell instanceof Double number) {
            return String.format(Locale.ROOT, number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : "%.2f", number);
        }
        return cell.toString();
    }

    /** Returns each figure divided by the reference's figure of the same round. */
    static List<Double> ratios(List<Double> figures, List<Double> reference) {
        return IntStream.range(0, figures.size())
                .mapToObj(i -> figures.get(i) / reference.get(i))
                .toList();
    }

    /** Returns the median of some figures. */
    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /**
     * Returns the median of these ratios with the smallest and the largest in brackets; 1 for the reference itself.
     */
    static String medianRatio(List<Double> figures, List<Double> reference) {
        if (figures.equals(reference)) {
            return "1";
        }
        List<Double> sorted = ratios(figures, reference).stream().sorted().toList();
        return text(median(sorted)) + " (" + text(sorted.get(0)) + " to " + text(sorted.get(sorted.size() - 1)) + ")";
    }

    /** Returns the median of the differences to the reference, with the smallest and the largest in brackets. */
    static String medianDifference(List<Double> figures, List<Double> reference) {
        List<Double> differences = IntStream.range(0, figures.size())
                .mapToObj(i -> figures.get(i) - reference.get(i))
                .sorted()
                .toList();
        return figures.equals(reference)
                ? ""
                : text(median(differences)) + " (" + text(differences.get(0)) + " to "
                        + text(differences.get(differences.size() - 1)) + ")";
    }
}
