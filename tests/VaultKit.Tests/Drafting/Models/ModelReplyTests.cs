using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting.Models;

public class ModelReplyTests
{
    const string Json = """{"category": "order", "needs_answer": true, "language": "en", "answer": "Dear Anna,\n\nyes {{price}}."}""";
    static readonly ModelReply Order = new("order", true, "Dear Anna,\n\nyes {{price}}.");

    [Test]
    [Arguments(Json)]
    [Arguments("Here it is:\n" + Json + "\nI hope that helps!")]
    [Arguments("```json\n" + Json + "\n```")]
    [Arguments("<think>They want {a} price.</think>\n" + Json)]
    [Arguments("Sure.\n\n```\n" + Json + "\n```\nAnything else?")]
    public async Task The_object_is_found_in_what_is_around_it(string said) => await Assert.That(ModelReply.Read(said)).IsEqualTo(Order);

    [Test]
    public async Task A_plain_answer_in_a_code_fence_is_taken() =>
        await Assert.That(ModelReply.Read("```text\nDear Anna,\n\nyes.\n```")).IsEqualTo(new ModelReply(null, null, "Dear Anna,\n\nyes."));

    [Test]
    [Arguments("Dear Anna, yes.")]
    [Arguments("{\"answer\": ")]
    [Arguments("[1, 2]")]
    [Arguments("```json\n{\"answer\": 7}\n```")]
    [Arguments("{\"needs_answer\": \"perhaps\"}")]
    public async Task Anything_else_is_none(string said) => await Assert.That(ModelReply.Read(said)).IsNull();

    [Test]
    [Arguments("I'm sorry, but I can't help with that.", true)]
    [Arguments("As an AI, I have no calendar.", true)]
    [Arguments("Dabei… als KI kann ich das nicht.", true)]
    [Arguments("I'm sorry, but I can't come on Tuesday.", false)]
    [Arguments("I am sorry that the chair broke.", false)]
    public async Task It_speaks_of_itself_or_it_does_not(string text, bool refuses) => await Assert.That(ModelReply.Refuses(text)).IsEqualTo(refuses);
}
