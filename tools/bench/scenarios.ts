/** What is asked of the service, as lists of URLs. */
import { type BenchUser, ideographs, messagesPerConversation, wordOfRank } from "./seed.ts";

export interface Scenario {
  readonly name: string;
  readonly urls: readonly string[];
}

/** Ranks of words by how many of the messages hold them, roughly: 17 %, 2 %, 0.2 %. */
const common = (n: number) => wordOfRank(8 + (n % 5));
const middling = (n: number) => wordOfRank(80 + ((n * 7) % 40));
const rare = (n: number) => wordOfRank(800 + ((n * 31) % 4000));

const repeat = (count: number, url: (n: number) => string) => Array.from({ length: count }, (_, n) => url(n));

/** Evenly spread over a user's conversations. */
const spread = (n: number, total: number) => 1 + ((n * 7919) % total);

export function makeScenarios(api: string, user: BenchUser, count: number): Scenario[] {
  const conversations = Math.ceil(user.messages / messagesPerConversation);
  const search = (query: string) => `${api}/v1/search?q=${encodeURIComponent(query)}`;
  const searches = [
    { name: "search, common word", query: common },
    { name: "search, middling word", query: middling },
    { name: "search, rare word", query: rare },
    { name: "search, two words", query: (n: number) => `${middling(n)} ${common(n + 1)}` },
    { name: "search, two ideographs", query: () => ideographs },
  ];
  const kinds = searches.map(({ name, query }) => ({ name, urls: repeat(count, (n) => search(query(n))) }));
  return [
    { name: "list, first page", urls: repeat(count, () => `${api}/v1/conversations?limit=20`) },
    {
      name: "messages, newest page",
      urls: repeat(count, (n) => `${api}/v1/conversations/c${spread(n, conversations)}/messages?limit=20`),
    },
    ...kinds,
    { name: "search, all kinds mixed", urls: repeat(count, (n) => kinds[n % kinds.length]?.urls[n] ?? "") },
  ];
}
