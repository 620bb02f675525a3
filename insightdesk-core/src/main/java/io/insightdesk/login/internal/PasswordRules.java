package io.insightdesk.login.internal;

import com.nulabinc.zxcvbn.Zxcvbn;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.Agent;
import io.insightdesk.login.BreachedPasswords;
import io.insightdesk.login.LoginOptions;
import java.util.ArrayList;
import java.util.List;

/** What a new password has to be. Thread-safe. */
final class PasswordRules {

    /** What takes less than 10^8 guesses is refused: of five grades of zxcvbn, 0 to 4, the lower three. */
    private static final int LEAST_SCORE = 3;

    /** Looking for words takes the longer the longer the text is; so many characters tell enough. */
    private static final int LOOKED_AT = 72;

    private static final String NO_WORD = "[^\\p{L}\\p{N}]+";

    private final Zxcvbn meter = new Zxcvbn();
    private final BreachedPasswords breached;

    PasswordRules(BreachedPasswords breached) {
        this.breached = breached;
    }

    /** Refuses a password; the pointer says where it came from. */
    void check(String pointer, String password, Agent agent) {
        int length = password.codePointCount(0, password.length());
        if (length < LoginOptions.MIN_PASSWORD) {
            throw new InvalidInputException(
                    pointer, "too_short", "A password has at least " + LoginOptions.MIN_PASSWORD + " characters.");
        }
        if (length > LoginOptions.MAX_PASSWORD) {
            throw new InvalidInputException(
                    pointer, "too_long", "A password has at most " + LoginOptions.MAX_PASSWORD + " characters.");
        }
        String looked = password.length() <= LOOKED_AT ? password : password.substring(0, LOOKED_AT);
        if (meter.measure(looked, ownWords(agent)).getScore() < LEAST_SCORE) {
            throw new InvalidInputException(
                    pointer,
                    "weak_password",
                    "This password is easily guessed. Take several words that have nothing in common.");
        }
        if (breached.isBreached(password)) {
            throw new InvalidInputException(
                    pointer, "breached_password", "This password is known from a breach elsewhere. Take another one.");
        }
    }

    private static List<String> ownWords(Agent agent) {
        List<String> words =
                new ArrayList<>(List.of("insightdesk", "helpdesk", "support", agent.email(), agent.name()));
        words.add(agent.name().replaceAll(NO_WORD, ""));
        words.addAll(List.of(agent.email().split(NO_WORD, -1)));
        words.addAll(List.of(agent.name().split(NO_WORD, -1)));
        return words.stream().filter(word -> word.length() > 2).toList();
    }
}
