"""Every route of the template leads to a function that starts and answers, whoever asks."""
import re
import unittest

from stack import deployed


class Routes(unittest.TestCase):
    def test_every_route_answers_a_visitor(self) -> None:
        stack = deployed()
        for route in stack.routes():
            with self.subTest(route):
                method, _, path = route.replace("$default", "GET /no-such-path").partition(" ")
                path = re.sub(r"\{\w+\+?\}", "x", path)
                body = {} if method == "POST" else None
                answer = stack.api.try_once(method.replace("ANY", "HEAD"), path, body)
                self.assertLess(answer.status, 500, answer.text)
                # The emulator's own answer to what leads nowhere.
                self.assertNotIn('{"message":"Not Found"}', answer.text.replace(" ", ""))
        self.assertEqual(stack.denials(), [])


if __name__ == "__main__":
    unittest.main()
