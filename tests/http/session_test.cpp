// Signing a browser in: the cookie, what it may do, and from where.
#include "http/server_test.hpp"

namespace kontor::http_test {
namespace {

class SignIn : public ServerTest {
  protected:
    void SetUp() override { start(); }

    // As a browser on the dashboard's page would ask; `more` are further lines.
    Answer asked(const std::string& line, const std::string& more) {
        RawClient client(server_->port());
        client.send(
            line + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" + more + "Content-Length: 0\r\n\r\n"
        );
        return client.answer(false);
    }
    std::string cookie(const std::string& of = std::string(token)) {
        return "Cookie: other=1; kontor-token-8080=" + of + "\r\n";
    }
};

TEST_F(SignIn, GivesTheTokenBackInACookieThatNoScriptReads) {
    const Answer answer =
        asked("POST /v1/session", "Authorization: Bearer " + std::string(token) + "\r\n");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(
        answer.field("Set-Cookie"),
        "kontor-token-8080=" + std::string(token) +
            "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict"
    );
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    EXPECT_EQ(answer.body.find(token), std::string::npos) << "scripts read the body";
    const Answer behind_tls = asked(
        "POST /v1/session",
        "X-Forwarded-Proto: https\r\nAuthorization: Bearer " + std::string(token) + "\r\n"
    );
    EXPECT_NE(behind_tls.field("Set-Cookie").find("; Secure"), std::string::npos);
}

TEST_F(SignIn, RefusesAnUnknownTokenAndACookieInItsPlace) {
    EXPECT_EQ(asked("POST /v1/session", "Authorization: Bearer nothing\r\n").status, 401);
    EXPECT_EQ(asked("POST /v1/session", "").status, 401);
    EXPECT_EQ(asked("POST /v1/session", cookie() + "Sec-Fetch-Site: same-origin\r\n").status, 401);
}

TEST_F(SignIn, SaysWhoAsksWithoutRefusingAnybody) {
    EXPECT_EQ(asked("GET /v1/session", "").body, R"({"caller":null,"role":null,"countries":null})");
    EXPECT_EQ(asked("GET /v1/session", cookie("wrong")).body, R"({"caller":null,"role":null,"countries":null})");
    const std::string known = R"({"caller":"admin","role":"admin","countries":null})";
    EXPECT_EQ(asked("GET /v1/session", cookie()).body, known);
    EXPECT_EQ(
        asked("GET /v1/session", "Authorization: Bearer " + std::string(token) + "\r\n").body, known
    );
}

TEST_F(SignIn, LetsTheCookieInFromTheDashboardAlone) {
    EXPECT_EQ(asked("GET /v1/runs", cookie()).status, 200);
    EXPECT_EQ(asked("GET /v1/runs", cookie("wrong")).status, 401);
    EXPECT_EQ(asked("GET /v1/runs", cookie() + "Sec-Fetch-Site: none\r\n").status, 200)
        << "typed into the address bar";
    EXPECT_EQ(asked("GET /v1/runs", cookie() + "Sec-Fetch-Site: cross-site\r\n").status, 403);
    EXPECT_EQ(asked("GET /v1/runs", cookie() + "Sec-Fetch-Site: same-site\r\n").status, 403)
        << "another port of this host";
    const std::string post = "POST /v1/schedules/train/monthly/pause";
    const std::string type = "Content-Type: application/json\r\n";
    EXPECT_EQ(asked(post, type + cookie()).status, 403) << "no browser sends this without Origin";
    EXPECT_EQ(asked(post, type + cookie() + "Sec-Fetch-Site: none\r\n").status, 403);
    EXPECT_EQ(asked(post, type + cookie() + "Sec-Fetch-Site: same-site\r\n").status, 403);
    EXPECT_EQ(asked(post, type + cookie() + "Origin: http://127.0.0.1:3000\r\n").status, 403);
    EXPECT_EQ(asked(post, type + cookie() + "Origin: null\r\n").status, 403);
    EXPECT_TRUE(api_.calls().empty() || api_.calls().back().find("pause") == std::string::npos);
    EXPECT_NE(asked(post, type + cookie() + "Origin: http://127.0.0.1:8080\r\n").status, 403);
    EXPECT_NE(asked(post, type + cookie() + "Sec-Fetch-Site: same-origin\r\n").status, 403);
    EXPECT_NE(
        asked(
            post,
            type + "Sec-Fetch-Site: cross-site\r\nAuthorization: Bearer " + std::string(token) +
                "\r\n"
        )
            .status,
        403
    ) << "a token that is named, and not added by the browser, may come from anywhere";
}

TEST_F(SignIn, EndsByClearingTheCookie) {
    const Answer answer =
        asked("POST /v1/session/end", cookie() + "Sec-Fetch-Site: same-origin\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(
        answer.field("Set-Cookie"),
        "kontor-token-8080=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
    );
}

}  // namespace
}  // namespace kontor::http_test
