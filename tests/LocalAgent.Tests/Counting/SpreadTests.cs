using LocalAgent.Counting;

namespace LocalAgent.Tests.Counting;

/// <summary>Median and 90th percentile.</summary>
public class SpreadTests
{
    static Spread? Of(params double[] minutes) => Spread.Of(minutes.Select(TimeSpan.FromMinutes));

    [Test]
    public async Task Of_none_there_is_nothing_to_say() => await Assert.That(Of()).IsNull();

    [Test]
    public async Task Of_one_both_are_that_one() => await Assert.That(Of(4)).IsEqualTo(new Spread(1, 4, 4));

    [Test]
    public async Task The_median_of_an_even_number_lies_between_the_two_in_the_middle() => await Assert.That(Of(9, 1, 2, 4)).IsEqualTo(new Spread(4, 3, 9));

    [Test]
    public async Task Nine_in_ten_took_no_longer()
    {
        await Assert.That(Of([.. Enumerable.Range(1, 10).Select(i => (double)i)])).IsEqualTo(new Spread(10, 5.5, 9));
        await Assert.That(Of([.. Enumerable.Range(1, 11).Select(i => (double)i)])).IsEqualTo(new Spread(11, 6, 10));
        await Assert.That(Of([.. Enumerable.Range(1, 100).Select(i => (double)i)])).IsEqualTo(new Spread(100, 50.5, 90));
    }
}
