package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Session;
import io.insightdesk.mail.MailNotSentException;
import io.insightdesk.mail.OutboundMail;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.TenantSettings;
import io.insightdesk.testing.MailText;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Customers who log in by a link in a mail, on two nodes. */
class CustomerLinksIT {

    private static final Pattern LINK =
            Pattern.compile("https://desk\\.example\\.com/log-in#token=(idc_[A-Za-z0-9_-]{86})\\s");

    private static final TestDatabase database = TestDatabase.fresh();
    private static final List<OutboundMail> sent = new CopyOnWriteArrayList<>();
    private static final LoginNode node = node(CustomerLogin.KNOWN);
    private static final LoginNode other = node(CustomerLogin.KNOWN);
    private static int people;
    private static int failures;

    @BeforeEach
    void emptyMailbox() {
        failures = 0;
        // What another test asked for and did not wait for.
        deliver();
        sent.clear();
    }

    @AfterAll
    static void end() {
        other.close();
        node.close();
        database.close();
    }

    private static LoginNode node(CustomerLogin who) {
        return new LoginNode(database, options -> options.customerLogin(who), CustomerLinksIT::take);
    }

    private static void take(OutboundMail mail) throws MailNotSentException {
        if (failures-- > 0) {
            throw MailNotSentException.temporary("busy", "451 busy", null);
        }
        sent.add(mail);
    }

    private static Customer customer() {
        return node.system().customers().create(NewCustomer.of("Ada", address()));
    }

    private static String address() {
        return "ada" + ++people + "@home.example";
    }

    private static String email(Customer customer) {
        return customer.emails().get(0).value();
    }

    private static void deliver() {
        while (node.insightDesk.workers().runDue() > 0) {
            // A job can be followed by another.
        }
    }

    /** What stands in the latest mail. */
    private static String token() {
        Matcher found = LINK.matcher(MailText.of(sent.get(sent.size() - 1)) + "\n");
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static LinkStart begin(String email) {
        return node.logins.beginLink(node.tenant(), email, Client.UNKNOWN);
    }

    private static LoggedIn finish(LoginNode on, String token, LinkStart start) {
        return on.logins.finishLink(token, start.binding().reveal(), Client.UNKNOWN);
    }

    private static LoggedIn logIn(String email) {
        LinkStart start = begin(email);
        deliver();
        return finish(other, token(), start);
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NotAuthenticatedException.class)
                .extracting(e -> ((InsightDeskException) e).code())
                .isEqualTo(code);
    }

    private static void isOut(LoggedIn in) {
        assertThat(node.letsIn(in)).isFalse();
        assertThat(other.letsIn(in)).as("at once on the other node").isFalse();
        refused(
                "invalid_refresh_token",
                () -> other.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));
    }

    @Test
    void whoOpensTheLinkIsTheCustomerAndMayWhatCustomersMay() {
        Customer ada = customer();

        LinkStart start = begin(email(ada).toUpperCase(java.util.Locale.ROOT));
        assertThat(sent).as("before the job ran").isEmpty();
        deliver();

        OutboundMail mail = sent.get(0);
        assertThat(mail.recipients()).containsExactly(email(ada));
        assertThat(MailText.of(mail))
                .startsWith("Your link to log in at the help desk of ")
                .contains("within 15 minutes", "If it was not you, do nothing")
                .as("what a stranger can have written")
                .doesNotContain("Ada,");
        assertThat(start.expiresAt()).isEqualTo(database.clock().instant().plus(Duration.ofMinutes(15)));
        LoggedIn in = finish(other, token(), start);
        assertThat(in.customer()).isEqualTo(ada.id());
        assertThat(in.agent()).isNull();
        Authenticated who =
                node.insightDesk.authenticate(in.accessToken().reveal()).orElseThrow();
        assertThat(who.actor().type()).isEqualTo(ActorType.CUSTOMER);
        assertThat(who.actor().id()).isEqualTo(ada.id().value());
        assertThat(node.desk(in).permissions())
                .isEqualTo(node.system().roles().get(Role.CUSTOMER).permissions());
        assertThat(text(
                        "select count(*)::text from insightdesk.event where type = 'login_succeeded' and actor_type = 'customer'"
                                + " and payload ->> 'customerId' = '" + ada.id() + "'"))
                .isEqualTo("1");
    }

    @Test
    void aTenantCanLetNoCustomersInWhereTheInstallationWould() {
        Customer ada = customer();
        LoggedIn in = logIn(email(ada));
        assertThat(other.letsIn(in)).isTrue();
        LinkStart asked = begin(email(ada));
        deliver();
        String link = token();
        LinkStart waiting = begin(email(ada));
        sent.clear();

        lettingCustomersIn(false);
        try {
            assertThat(node.letsIn(in)).isFalse();
            assertThat(other.letsIn(in)).as("at once on the other node").isFalse();
            refused(
                    "invalid_refresh_token",
                    () -> other.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));
            for (ThrowingCallable call :
                    List.<ThrowingCallable>of(() -> begin(email(ada)), () -> finish(other, link, asked))) {
                assertThatThrownBy(call)
                        .isInstanceOfSatisfying(
                                ConflictException.class,
                                e -> assertThat(e.code()).isEqualTo("customer_login_not_offered"));
            }
            deliver();
            assertThat(sent).as("what was asked for before").isEmpty();
            assertThat(waiting.binding()).isNotNull();
            // Another tenant has its own choice, and agents are not concerned.
            TenantId neighbour = node.insightDesk
                    .tenants()
                    .create(NewTenant.of("neighbour-" + UUID.randomUUID(), "Neighbour"))
                    .id();
            String slug = node.insightDesk.tenants().get(neighbour).slug();
            assertThat(node.logins.beginLink(slug, email(ada), Client.UNKNOWN)).isNotNull();
        } finally {
            lettingCustomersIn(true);
        }
        assertThat(node.letsIn(in)).isTrue();
        LoggedIn unused = finish(other, link, asked);
    }

    private static void lettingCustomersIn(boolean in) {
        node.insightDesk
                .tenants()
                .change(
                        database.tenant(),
                        null,
                        TenantChange.builder()
                                .settings(new TenantSettings(null, in, Map.of()))
                                .build());
    }

    @Test
    void aLinkIsGoodOnceAndForAQuarterOfAnHourAndALaterOneEndsIt() {
        Customer ada = customer();
        LinkStart first = begin(email(ada));
        deliver();
        String earlier = token();
        LinkStart second = begin(email(ada));
        deliver();
        String later = token();

        refused("invalid_link", () -> finish(node, earlier, first));
        LoggedIn unused = finish(node, later, second);
        refused("invalid_link", () -> finish(node, later, second));

        LinkStart third = begin(email(ada));
        deliver();
        database.clock().advance(LoginOptions.LINK_LIFETIME);
        refused("invalid_link", () -> finish(node, token(), third));
        refused("invalid_link", () -> node.logins.finishLink("idc_x", "", Client.UNKNOWN));
    }

    /** Of an earlier request, whose mail did not leave at first, no link comes that would end a later one. */
    @Test
    void aMailThatIsLateEndsNoLaterLink() {
        Customer ada = customer();
        failures = 1;
        LinkStart first = begin(email(ada));
        deliver();
        assertThat(sent).isEmpty();
        LinkStart second = begin(email(ada));
        deliver();
        assertThat(sent).hasSize(1);
        String later = token();
        database.clock().advance(Duration.ofMinutes(1));
        deliver();

        assertThat(sent).as("the earlier request's mail").hasSize(1);
        refused("other_browser", () -> finish(node, later, first));
        assertThat(finish(node, later, second).customer()).isEqualTo(ada.id());
    }

    @Test
    void aMailThatLeavesTooLateIsNotSentAtAll() {
        failures = 1;
        LinkStart unused = begin(email(customer()));
        deliver();
        database.clock().advance(LoginOptions.LINK_LIFETIME);
        deliver();

        assertThat(sent).isEmpty();
        assertThat(failures).as("tried again").isZero();
    }

    /** THREATS: a mail scanner, or whoever reads the mail elsewhere, opens the link. */
    @Test
    void aLinkIsGoodInTheBrowserThatAskedForItAndIsNotSpentInAnother() {
        Customer ada = customer();
        LinkStart start = begin(email(ada));
        deliver();
        String token = token();
        LinkStart attackers = begin(address());

        refused("other_browser", () -> finish(node, token, attackers));
        refused("other_browser", () -> node.logins.finishLink(token, "", Client.UNKNOWN));
        refused("other_browser", () -> node.logins.finishLink(token, token, Client.UNKNOWN));
        assertThat(text(
                        "select count(*)::text from insightdesk.event where type = 'login_failed' and payload ->> 'customerId' = '"
                                + ada.id() + "' and payload ->> 'wrong' = 'browser'"))
                .isEqualTo("3");
        assertThat(finish(node, token, start).customer()).isEqualTo(ada.id());
    }

    @Test
    void ofManyWhoOpenTheSameLinkAtOnceOneIsLetIn() throws Exception {
        LinkStart start = begin(email(customer()));
        deliver();
        String token = token();

        List<Object> answers = Race.of(8, () -> {
            Throwable failure = catchThrowable(() -> finish(node, token, start));
            return failure == null ? "in" : failure;
        });

        assertThat(answers.stream().filter("in"::equals)).hasSize(1);
        assertThat(answers.stream().filter(NotAuthenticatedException.class::isInstance))
                .hasSize(7);
    }

    /** THREATS: finding out who is a customer. */
    @Test
    void whoIsNoCustomerIsAnsweredInTheSameWayAndGetsNoMail() {
        Customer ada = customer();
        int before = jobs();
        List<LinkStart> answers = new ArrayList<>();
        answers.add(begin(email(ada)));
        answers.add(begin("nobody@home.example"));
        answers.add(begin("no address"));
        answers.add(node.logins.beginLink("no-such-tenant", email(ada), Client.UNKNOWN));
        answers.add(node.logins.beginLink(
                node.tenant(),
                node.agent("agent" + ++people + "@example.com", Role.AGENT).email(),
                Client.UNKNOWN));
        assertThat(jobs() - before)
                .as("the same work for every address: a job that finds out whose it is")
                .isEqualTo(3);
        deliver();

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).recipients()).containsExactly(email(ada));
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.binding().reveal()).matches("idn_[A-Za-z0-9_-]{86}"))
                .extracting(LinkStart::expiresAt)
                .containsOnly(answers.get(0).expiresAt());
        assertThat(answers).extracting(answer -> answer.binding().reveal()).doesNotHaveDuplicates();
        assertThat(node.system().customers().findByEmail(EmailAddress.of("nobody@home.example")))
                .isEmpty();
    }

    /** THREATS: somebody's mailbox is flooded; and whether there is somebody must not show here either. */
    @Test
    void onlySoManyLinksAreAskedForOfAnAddressOnAllNodes() {
        Customer ada = customer();
        for (String email : List.of(email(ada), address())) {
            for (int i = 0; i < 5; i++) {
                LoginNode either = i % 2 == 0 ? node : other;
                LinkStart unused = either.logins.beginLink(node.tenant(), email, Client.UNKNOWN);
            }
            LimitReachedException refused = catchThrowableOfType(
                    LimitReachedException.class, () -> other.logins.beginLink(node.tenant(), email, Client.UNKNOWN));
            assertThat(refused.code()).isEqualTo("too_many_attempts");
            assertThat(refused.retryAfter().orElseThrow()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        }
        deliver();
        assertThat(sent).hasSizeLessThanOrEqualTo(5);

        database.clock().advance(Duration.ofMinutes(61));
        assertThat(logIn(email(ada)).customer()).isEqualTo(ada.id());
        for (int i = 0; i < 5; i++) {
            LinkStart unused = begin(email(ada));
        }
        assertThatThrownBy(() -> begin(email(ada)))
                .as("a login gives back what was counted before it")
                .isInstanceOf(LimitReachedException.class);
    }

    @Test
    void aNetworkAddressThatAsksForManyHasToWaitAndALoginGivesOneBack() {
        Client office = new Client("203.0.113.77", null, null);
        Customer ada = customer();
        for (int i = 0; i < 29; i++) {
            LinkStart unused = node.logins.beginLink(node.tenant(), "victim" + i + "@home.example", office);
        }
        LinkStart start = node.logins.beginLink(node.tenant(), email(ada), office);
        assertThatThrownBy(() -> node.logins.beginLink(node.tenant(), address(), office))
                .isInstanceOf(LimitReachedException.class);
        deliver();
        LoggedIn unused = node.logins.finishLink(token(), start.binding().reveal(), office);

        LinkStart again = other.logins.beginLink(node.tenant(), address(), office);
        assertThat(again.binding()).isNotNull();
        assertThatThrownBy(() -> other.logins.beginLink(node.tenant(), address(), office))
                .isInstanceOf(LimitReachedException.class);
        assertThat(node.logins.beginLink(node.tenant(), address(), new Client("203.0.113.78", null, null)))
                .isNotNull();
    }

    /** The rules of an agent's sessions hold: tokens are replaced, and one that comes again is taken for stolen. */
    @Test
    void aSessionGoesOnAndEndsAsThatOfAnAgent() {
        Customer ada = customer();
        LoggedIn first = logIn(email(ada));
        LoggedIn elsewhere = logIn(email(ada));
        LoggedIn second = node.logins.refresh(first.refreshToken().reveal(), new Client("192.0.2.9", "browser", null));
        assertThat(second.customer()).isEqualTo(ada.id());
        assertThat(node.desk(second).account().sessions())
                .extracting(Session::id)
                .containsExactly(elsewhere.session(), first.session());

        refused(
                "invalid_refresh_token",
                () -> other.logins.refresh(first.refreshToken().reveal(), Client.UNKNOWN));
        isOut(second);
        assertThat(node.letsIn(elsewhere)).isTrue();

        LoggedIn third = logIn(email(ada));
        node.desk(elsewhere).account().endSession(third.session());
        isOut(third);
        other.logins.logout(elsewhere.refreshToken().reveal(), Client.UNKNOWN);
        isOut(elsewhere);
        LoggedIn fourth = logIn(email(ada));
        assertThat(node.desk(fourth).account().endAllSessions()).isEqualTo(1);
        isOut(fourth);
    }

    @Test
    void aCustomerSeesAndEndsNobodyElsesSessions() {
        LoggedIn ada = logIn(email(customer()));
        LoggedIn bob = logIn(email(customer()));
        LoggedIn agent = node.login(node.agent("agent" + ++people + "@example.com", Role.AGENT));
        var account = node.desk(ada).account();

        assertThat(account.sessions()).extracting(Session::id).containsExactly(ada.session());
        for (LoggedIn theirs : List.of(bob, agent)) {
            assertThatThrownBy(() -> account.endSession(theirs.session())).isInstanceOf(NotFoundException.class);
        }
        assertThatThrownBy(() -> node.desk(agent).account().endSession(ada.session()))
                .isInstanceOf(NotFoundException.class);
        assertThat(account.endAllSessions()).isEqualTo(1);
        assertThat(node.letsIn(bob)).isTrue();
        assertThat(node.letsIn(agent)).isTrue();
    }

    @Test
    void whatOnlyAgentsHaveIsRefusedToACustomer() {
        var account = node.desk(logIn(email(customer()))).account();

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> account.changePassword("a", "vier lila Wale im Nebel"),
                account::verifyEmail,
                account::secondFactor)) {
            assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void aSecondFactorIsAskedOfAgentsOnly() {
        try (LoginNode strict = new LoginNode(
                database,
                options -> options.customerLogin(CustomerLogin.KNOWN).secondFactorFor(EnumSet.allOf(Permission.class)),
                CustomerLinksIT::take)) {
            LinkStart start = strict.logins.beginLink(strict.tenant(), email(customer()), Client.UNKNOWN);
            deliver();
            LoggedIn in = finish(strict, token(), start);

            assertThat(in.secondFactorMissing()).isFalse();
            assertThat(strict.desk(in).permissions()).contains(Permission.TICKET_READ);
        }
    }

    @Test
    void anAddressThatIsTakenAwayEndsItsLinksAndSessionsAtOnceAndForGood() {
        Customer ada = node.system()
                .customers()
                .create(NewCustomer.builder("Ada")
                        .email(address())
                        .email(address())
                        .build());
        String gone = email(ada);
        String kept = ada.emails().get(1).value();
        LoggedIn byGone = logIn(gone);
        LoggedIn byKept = logIn(kept);
        LinkStart start = begin(gone);
        deliver();
        String token = token();
        assertThat(node.letsIn(byGone)).isTrue();
        assertThat(other.letsIn(byGone)).isTrue();

        node.system()
                .customers()
                .change(
                        ada.id(),
                        null,
                        CustomerChange.builder()
                                .emails(List.of(kept, address()))
                                .build());

        isOut(byGone);
        refused("invalid_link", () -> finish(other, token, start));
        assertThat(other.letsIn(byKept)).as("by the address that stayed").isTrue();
        node.system()
                .customers()
                .change(
                        ada.id(),
                        null,
                        CustomerChange.builder().emails(List.of(gone, kept)).build());
        isOut(byGone);
        refused("invalid_link", () -> finish(other, token, start));
        assertThat(node.system().customers().get(ada.id()).emails())
                .extracting(EmailAddress::value)
                .containsExactly(gone, kept);
    }

    /** As when two customers turn out to be one. */
    @Test
    void anAddressThatBecomesAnothersLetsNobodyInAsTheFirst() throws SQLException {
        Customer ada = customer();
        Customer same = customer();
        LoggedIn in = logIn(email(ada));
        LinkStart start = begin(email(ada));
        deliver();
        String token = token();

        database.execute("update insightdesk.customer_address set customer_id = '" + same.id()
                + "', position = 1 where address = '" + email(ada) + "'");

        isOut(in);
        refused("invalid_link", () -> finish(other, token, start));
    }

    @Test
    void whoIsErasedIsOutAtOnceAndGetsNoFurtherLink() {
        Customer ada = customer();
        LoggedIn in = logIn(email(ada));
        LinkStart start = begin(email(ada));
        deliver();
        String token = token();
        sent.clear();

        var unused = node.system().persons().erase(ada.id());

        isOut(in);
        refused("invalid_link", () -> finish(other, token, start));
        LinkStart nothing = begin(email(ada));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            database.clock().advance(Duration.ofSeconds(2));
            deliver();
            assertThat(jobs()).as("what the erasure took the address from, too").isZero();
        });
        assertThat(sent).isEmpty();
        assertThat(nothing.binding()).isNotNull();
    }

    /** One of the two is first, whichever: nobody is in by an address that is gone, and nothing hangs. */
    @Test
    void aLoginAndTheLossOfTheAddressAtOnceEndInOrder() throws Exception {
        for (int i = 0; i < 5; i++) {
            Customer ada = customer();
            LinkStart start = begin(email(ada));
            deliver();
            String token = token();
            List<Optional<LoggedIn>> logins = new CopyOnWriteArrayList<>();
            var turns = new java.util.concurrent.atomic.AtomicInteger();

            List<Boolean> unused = Race.of(2, () -> {
                if (turns.getAndIncrement() == 0) {
                    Throwable failure = catchThrowable(() -> logins.add(Optional.of(finish(other, token, start))));
                    return failure == null || failure instanceof NotAuthenticatedException || unexpected(failure);
                }
                var changed = node.system()
                        .customers()
                        .change(
                                ada.id(),
                                null,
                                CustomerChange.builder().emails(List.of()).build());
                return changed.emails().isEmpty();
            });

            logins.forEach(in -> isOut(in.orElseThrow()));
            assertThat(text("select count(*)::text from insightdesk.login_session where customer_id = '" + ada.id()
                            + "'"))
                    .isEqualTo("0");
        }
    }

    private static boolean unexpected(Throwable failure) {
        throw new AssertionError(failure);
    }

    @Test
    void anybodyBecomesACustomerByOpeningTheLinkWhereThatIsAllowedAndNotBefore() {
        String email = address();
        try (LoginNode open = node(CustomerLogin.ANYBODY)) {
            LinkStart start = open.logins.beginLink(open.tenant(), email, Client.UNKNOWN);
            while (open.insightDesk.workers().runDue() > 0) {
                // A job can be followed by another.
            }
            assertThat(node.system().customers().findByEmail(EmailAddress.of(email)))
                    .isEmpty();
            String token = token();
            refused("invalid_link", () -> finish(node, token, start));

            LoggedIn in = finish(open, token, start);

            Customer made = node.system()
                    .customers()
                    .findByEmail(EmailAddress.of(email))
                    .orElseThrow();
            assertThat(in.customer()).isEqualTo(made.id());
            assertThat(open.letsIn(in)).isTrue();
            LinkStart again = open.logins.beginLink(open.tenant(), email, Client.UNKNOWN);
            deliver();
            assertThat(finish(open, token(), again).customer()).isEqualTo(made.id());
        }
    }

    @Test
    void whereCustomersMayNotLogInThatIsSaidAndOpenLinksEnd() {
        LinkStart start = begin(email(customer()));
        deliver();
        String token = token();
        try (LoginNode closed = node(CustomerLogin.OFF)) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> closed.logins.beginLink(closed.tenant(), "ada@home.example", Client.UNKNOWN),
                    () -> finish(closed, token, start))) {
                ConflictException refused = catchThrowableOfType(ConflictException.class, call);
                assertThat(refused.code()).isEqualTo("customer_login_not_offered");
            }
        }
        try (LoginNode mute = new LoginNode(database, options -> options.customerLogin(CustomerLogin.KNOWN), null)) {
            ConflictException refused = catchThrowableOfType(
                    ConflictException.class,
                    () -> mute.logins.beginLink(mute.tenant(), "ada@home.example", Client.UNKNOWN));
            assertThat(refused.code()).isEqualTo("login_mail_not_configured");
        }
        assertThatThrownBy(() -> LoginOptions.withSecret(LoginNode.SECRET)
                        .customerLogin(CustomerLogin.KNOWN)
                        .build())
                .isInstanceOf(InvalidInputException.class);
        assertThat(LoginOptions.withSecret(LoginNode.SECRET).build().customerLogin())
                .as("unless somebody switches it on")
                .isEqualTo(CustomerLogin.OFF);
    }

    @Test
    void anotherTenantsLinksAndSessionsDoNotExist() {
        Customer ada = customer();
        LoggedIn in = logIn(email(ada));
        TenantId elsewhere = database.newTenant();
        String slug = node.insightDesk.tenants().get(elsewhere).slug();
        sent.clear();

        LinkStart start = node.logins.beginLink(slug, email(ada), Client.UNKNOWN);
        deliver();
        assertThat(sent).as("no customer there").isEmpty();
        LinkStart here = begin(email(ada));
        deliver();
        OpaqueToken token = OpaqueToken.read(OpaqueToken.CUSTOMER_LINK, token()).orElseThrow();
        Secret forged = new OpaqueToken(elsewhere, token.id(), token.secret()).text(OpaqueToken.CUSTOMER_LINK);
        refused("invalid_link", () -> finish(node, forged.reveal(), here));
        refused("invalid_link", () -> finish(node, forged.reveal(), start));
        assertThat(node.letsIn(in)).isTrue();

        node.insightDesk.tenants().suspend(database.tenant());
        try {
            refused("invalid_link", () -> finish(node, token(), here));
            assertThat(node.letsIn(in)).isFalse();
        } finally {
            node.insightDesk.tenants().resume(database.tenant());
        }
        assertThat(node.letsIn(in)).isTrue();
    }

    @Test
    void noSecretIsStored() {
        LinkStart start = begin(email(customer()));
        deliver();
        String token = token();
        OpaqueToken read = OpaqueToken.read(OpaqueToken.CUSTOMER_LINK, token).orElseThrow();
        OpaqueToken binding = OpaqueToken.read(
                        OpaqueToken.LINK_BINDING, start.binding().reveal())
                .orElseThrow();
        String stored = requireNonNull(
                text(
                        "select string_agg(t, ' ') from (select l::text from insightdesk.login_link l union all"
                                + " select j::text from insightdesk.job j union all select e::text from insightdesk.event e) as all_of (t)"));

        assertThat(stored).contains(hex(read.hash()), hex(binding.hash()));
        assertThat(stored).doesNotContain(hex(read.secret()), hex(binding.secret()), token.substring(4));
        assertThat(URI.create(LINK.matcher(MailText.of(sent.get(0)) + "\n")
                                .results()
                                .findFirst()
                                .orElseThrow()
                                .group()
                                .strip())
                        .getFragment())
                .as("where no server's log sees it")
                .isEqualTo("token=" + token);
    }

    private static int jobs() {
        return Integer.parseInt(
                text("select count(*)::text from insightdesk.job where kind = 'insightdesk.login.link'"));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static String text(String sql) {
        try (Connection connection = database.admin().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
