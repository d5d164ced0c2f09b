package io.github.wxtoken.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Rounds that measure several subjects in turn, so that other load on the machine affects them all. */
final class Rounds {

    private Rounds() {}

    /**
     * Measures each subject the given number of times. Each round begins with another one, so that none always comes
     * after the same others.
     *
     * @return for each subject, its figures
     */
    static <S, F> List<List<F>> of(int count, List<S> subjects, Measurement<S, F> measurement) throws Exception {
        List<List<F>> figures = new ArrayList<>();
        subjects.forEach(subject -> figures.add(new ArrayList<>()));
        for (int round = 0; round < count; round++) {
            for (int i = 0; i < subjects.size(); i++) {
                int turn = (round + i) % subjects.size();
                figures.get(turn).add(measurement.of(subjects.get(turn)));
            }
        }
        return figures;
    }

    /** Returns one figure of each round. */
    static <F> List<Double> figures(List<F> rounds, ToDoubleFunction<F> figure) {
        return rounds.stream().mapToDouble(figure).boxed().toList();
    }

    /** Measures a subject. */
    interface Measurement<S, F> {
        F of(S subject) throws Exception;
    }
}
