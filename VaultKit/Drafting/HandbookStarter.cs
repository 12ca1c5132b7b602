namespace VaultKit.Drafting;

/// <summary>The two files that a new vault begins with. Every line is true if nobody ever edits it; hints to the owner are callouts, which no draft uses.</summary>
public static class HandbookStarter
{
    /// <summary><c>Company_Handbook.md</c>.</summary>
    public const string CompanyHandbook = """
        # Company handbook

        > [!tip] This is how your drafts are written
        > Change anything here, in your own words. Lines like this one, that begin with ">", are notes and never get into a mail.

        ## Company

        > The name of your business, one line. Leave it empty if you write as a person.

        ## Signature

        > What stands under your mails, up to twelve lines. Left empty, it is the name of your mail account.

        ## Response time

        > What you promise, one line for each language you write in. Delete what you don't want to promise.

        - English: within one working day
        - Deutsch: innerhalb eines Arbeitstages
        - Français: sous un jour ouvré
        - Español: en un día laborable

        ## Mail rules

        > A sentence or a table's row for each; the first that fits decides. For example "Never answer mail from *@shop.example",
        > "Always ask me about mail with "contract" in the subject", "Archive mail from reports@bank.example". 'localagent doctor' names those that can't be followed.

        ## Answers

        > What you are asked again and again: a heading with the question ("### Do you deliver?") and your answer below it. It is used word for word where a mail asks that.

        ## Wording

        > How something is to be said: Instead of "Kind regards" write "Cheers", Never write "…", Always add "…". 'localagent learn' proposes such lines from what you changed.

        ## Opening hours

        > One line, for example "Monday to Friday, 8 to 17". It answers those who ask when you are open.

        ## Address

        > One line. It answers those who ask where to find you.

        """;

    /// <summary><c>Business_Goals.md</c>.</summary>
    public const string BusinessGoals = """
        # Business goals

        > [!tip] What the weekly briefing looks at
        > Write down what you want to reach and by when, one line for each goal. Nothing here is ever sent to anyone.

        ## This quarter

        - Every mail that needs an answer has one within one working day
        - No approval waits longer than two days

        ## This year

        > For example a turnover, a number of customers, a day of the week without mail.

        """;
}
